/** Writes people.ndjson and people.csv into the folder, and gives their paths and the people in them. */
export function writePeopleFiles(
  answerPath: string | URL,
  folder: string,
): Promise<{ ndjson: string; csv: string; people: { id: string; first_name: string; last_name: string; email: string }[] }>;
