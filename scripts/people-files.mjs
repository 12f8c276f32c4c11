#!/usr/bin/env node
/**
 * Makes files for USER_SOURCE=file out of an answer of the RandomUser API:
 *
 *     node scripts/people-files.mjs <answer.json or .json.gz> <folder>
 *
 * writes people.ndjson and people.csv into the folder: id, first_name, last_name and email of each person, nothing else.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const COLUMNS = ['id', 'first_name', 'last_name', 'email'];

/** Writes both files and gives their paths and the people in them. */
export async function writePeopleFiles(answerPath, folder) {
  const bytes = await readFile(answerPath);
  const { results } = JSON.parse(String(answerPath).endsWith('.gz') ? gunzipSync(bytes) : bytes);
  const people = results.map(({ name, email, login }) => ({ id: login.uuid, first_name: name.first, last_name: name.last, email }));
  const files = { ndjson: join(folder, 'people.ndjson'), csv: join(folder, 'people.csv') };
  await mkdir(folder, { recursive: true });
  await writeFile(files.ndjson, people.map((person) => `${JSON.stringify(person)}\n`).join(''));
  await writeFile(files.csv, [COLUMNS, ...people.map((person) => COLUMNS.map((column) => person[column]))].map(csvRow).join(''));
  return { ...files, people };
}

function csvRow(values) {
  return `${values.map((value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value)).join(',')}\n`;
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [answer, folder] = process.argv.slice(2);
  if (answer === undefined || folder === undefined) {
    console.error('usage: node scripts/people-files.mjs <answer.json or .json.gz> <folder>');
    process.exitCode = 2;
  } else {
    const { ndjson, csv, people } = await writePeopleFiles(answer, folder);
    console.log(`${people.length} people in ${ndjson} and ${csv}`);
  }
}
