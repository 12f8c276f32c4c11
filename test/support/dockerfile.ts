/** One instruction, its continued lines joined and its flags (`--from=build`) taken apart. */
export interface Instruction {
  readonly keyword: string;
  readonly flags: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface Stage {
  readonly name: string | null;
  /** An image, or the name of an earlier stage. */
  readonly from: string;
  readonly instructions: readonly Instruction[];
}

export interface Copy {
  /** The stage it takes from; null: the build context. */
  readonly from: string | null;
  readonly sources: readonly string[];
  readonly target: string;
  readonly mode: number | null;
}

/** What our Dockerfile is made of; heredocs, variables in FROM and ONBUILD are not read, and refused. */
export function parseDockerfile(text: string): readonly Stage[] {
  const stages: { name: string | null; from: string; instructions: Instruction[] }[] = [];
  for (const instruction of instructionsOf(text)) {
    if (instruction.keyword === 'FROM') {
      const [from, as, name] = instruction.text.split(/\s+/);
      if (from === undefined || from.includes('$') || (as !== undefined && as.toUpperCase() !== 'AS')) throw new Error(`not understood: FROM ${instruction.text}`);
      stages.push({ name: name ?? null, from, instructions: [] });
      continue;
    }
    const stage = stages.at(-1);
    if (stage === undefined || instruction.text.includes('<<') || instruction.keyword === 'ONBUILD') throw new Error(`not understood: ${instruction.keyword} ${instruction.text}`);
    stage.instructions.push(instruction);
  }
  return stages;
}

function instructionsOf(text: string): readonly Instruction[] {
  const lines = text.split('\n').filter((line) => !/^\s*(#|$)/.test(line));
  const joined = lines.join('\n').replaceAll(/\\\n\s*/g, ' ');
  return joined.split('\n').map((line) => {
    const [, keyword, rest] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (keyword === undefined || rest === undefined) throw new Error(`not understood: ${line}`);
    const flags: Record<string, string> = {};
    let left = rest;
    for (let flag = FLAG.exec(left); flag !== null; flag = FLAG.exec(left)) {
      flags[flag[1] as string] = flag[2] as string;
      left = left.slice(flag[0].length);
    }
    return { keyword, flags, text: left.trim() };
  });
}

const FLAG = /^--([a-z-]+)=(\S+)\s+/;

export function all(stage: Stage, keyword: string): readonly Instruction[] {
  return stage.instructions.filter((instruction) => instruction.keyword === keyword);
}

/** The one that holds: the last. */
export function last(stage: Stage, keyword: string): Instruction {
  const found = all(stage, keyword).at(-1);
  if (found === undefined) throw new Error(`the stage has no ${keyword}`);
  return found;
}

export function copiesOf(stage: Stage): readonly Copy[] {
  return all(stage, 'COPY').map(({ flags, text }) => {
    const paths = text.split(/\s+/);
    return { from: flags['from'] ?? null, sources: paths.slice(0, -1), target: paths.at(-1) as string, mode: flags['chmod'] === undefined ? null : Number.parseInt(flags['chmod'], 8) };
  });
}

/** The pairs of ENV or LABEL, with or without quotes. */
export function pairsOf(stage: Stage, keyword: 'ENV' | 'LABEL'): Readonly<Record<string, string>> {
  const pairs: Record<string, string> = {};
  for (const { text } of all(stage, keyword)) for (const [, name, quoted, plain] of text.matchAll(/([\w.]+)=(?:"([^"]*)"|(\S+))/g)) pairs[name as string] = (quoted ?? plain) as string;
  return pairs;
}

/** The exec form; a shell form is refused, since a shell would stand between the process and its signals. */
export function execForm(text: string): readonly string[] {
  const words: unknown = JSON.parse(text.replace(/^CMD\s+/, ''));
  if (!Array.isArray(words) || !words.every((word) => typeof word === 'string')) throw new Error(`not in exec form: ${text}`);
  return words;
}
