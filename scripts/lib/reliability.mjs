/** What the fault tests found (`docs/reliability.json`), and the page that is made of it. */

/** By number: what the fault is, and why it runs on one set of adapters only where it does. */
const FAULTS = {
  1: { title: 'Processes are killed', story: 'kills', promise: 'Processes of random roles are ended with `kill -9` and replaced while events go through.' },
  2: { title: 'Broker and database go away', story: 'outages', promise: 'The broker and Cassandra are killed and come back, one at a time and both together.', only: 'The embedded log and table are files: there is no server that could be away.' },
  3: { title: 'The wire is bad', story: 'wire', promise: 'A proxy between the app and its servers loses acknowledgements, delays, cuts inside a frame and leaves connections half open.', only: 'The embedded log and table have no wire.' },
  4: { title: 'Poison', story: 'poison', promise: 'One message in a hundred is of a kind that can never be stored, or that only the table refuses.' },
  5: { title: 'A consumer is stuck', story: 'stuck', promise: 'A consumer crashes for good, meets a bug, hangs, has a commit refused, or its process stands still.' },
  6: { title: 'Instances come and go', story: 'rebalances', promise: 'The number of processing instances changes again and again under load.' },
  7: { title: 'The log comes again', story: 'redelivery', promise: 'All that the log holds is delivered again, doubled and out of order.' },
  8: { title: 'The log changes under its readers', story: 'log-changes', promise: 'Retention removes what was not read, a topic is made anew, a leader moves while it is written to.' },
  9: { title: 'The machine fails', story: 'machine', promise: 'A disk is full, bytes of a data file are flipped, the clock jumps.' },
  10: { title: 'An orderly stop', story: 'drain', promise: 'Processes get SIGTERM under load.' },
  11: { title: 'A bad deploy of a producer', story: 'bad-deploy', promise: 'Most of what a producer sends is invalid.' },
  12: { title: 'A ring loses a member', story: 'ring', promise: 'Of three brokers and of three Cassandra nodes any one is killed under load.', only: 'It takes servers that replicate.' },
};

const INTRODUCTION = `# Reliability

What is done to Userstream to see whether it loses, invents, doubles or mixes anything, and what was seen. Each fault is
injected into real processes of the built app, on the embedded log and table, and on real Kafka and Cassandra.
\`npm test\` runs a short form of each; the figures here are of the long one:

    npm run test:faults -- --record                 # all of them, on three seeds; writes docs/reliability.json
    npm run test:faults -- --only kills --seeds 1   # one of them, seed 1

After each, once nothing moves any more, one checker (\`test/faults/support/checker.ts\`) compares what was published,
event by event, with what log, table and dead letters hold. Eight lists of ids have to be empty, whatever the fault:
acknowledged and lost; on the log and never seen; published by nobody; users with two rows; rows that are not of the
newest event; a user's events in another order; dead letters that should not be, or are missing; tallies that do not
add up. Each line below was written by a test whose lists were empty.
`;

/** One finding of a fault, on one set of adapters, with one seed, replaces the one before. */
export function merged(known, found) {
  const keyOf = ({ fault, name, adapters, seed }) => JSON.stringify([fault, name, adapters, seed]);
  const all = new Map([...known, ...found].map((finding) => [keyOf(finding), finding]));
  return [...all.values()].sort((one, other) => one.fault - other.fault || compare(one.name, other.name) || compare(one.adapters, other.adapters) || one.seed - other.seed);
}

/** The page: the long findings alone. */
export function reliabilityPage({ machine, findings }) {
  const long = findings.filter(({ scale }) => scale === 'long');
  const sections = Object.entries(FAULTS).map(([number, fault]) => section(number, fault, long.filter((finding) => finding.fault === Number(number))));
  return `${INTRODUCTION}\nMeasured on ${machine}. Made by \`npm run docs\` from \`docs/reliability.json\`.\n\n${sections.join('\n\n')}\n`;
}

function section(number, { title, story, promise, only }, findings) {
  const lines = [`## ${number}. ${title}`, `${promise}${only === undefined ? '' : ` ${only}`} \`npm run test:faults -- --only ${story}\``];
  const names = [...new Set(findings.map(({ name }) => name))];
  const tables = names.map((name) => tableOf(name, findings.filter((finding) => finding.name === name)));
  return [...lines, ...(tables.length === 0 ? ['Not measured yet.'] : tables)].join('\n\n');
}

function tableOf(name, findings) {
  const columns = [...new Set(findings.flatMap(({ figures }) => Object.keys(figures)))];
  const injected = [...new Set(findings.map((finding) => `${finding.adapters}: ${finding.injected}`))];
  const rows = findings.map(({ adapters, seed, figures, at }) => row(adapters, seed, ...columns.map((column) => figures[column] ?? ''), at.slice(0, 10)));
  return [`**${capital(name)}.** ${injected.map((text) => `${capital(text)}.`).join(' ')}`, '', row('on', 'seed', ...columns, 'date'), row('---', ...columns.map(() => '---'), '---', '---'), ...rows].join('\n');
}

const row = (...cells) => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1).replace(/\.$/, '');
const compare = (one, other) => (one < other ? -1 : Number(one > other));
