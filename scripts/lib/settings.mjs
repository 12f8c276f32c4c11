/** Renders the schema of the environment: `docs/settings.md`, `.env.example` and the README's first settings. All are drift-tested. */
const BEGIN = '<!-- settings: made by `npm run docs` -->';
const END = '<!-- end of settings -->';

const INTRODUCTION = `# Settings

Environment variables, all optional; a \`.env\` file in the working folder is read, real variables win. Every fault is
named at the start, in one message that shows no value. A secret, and whatever else is text of several lines, is best
given as a file: its path in the variable of the same name with \`_FILE\`. Made by \`npm run docs\` from \`src/config\`.
`;

/** All settings, a table for each section. */
export function settingsPage(sections) {
  const tables = Object.entries(sections).map(([title, variables]) => {
    const rows = Object.entries(variables).map(([name, { default: byDefault, meaning, form, secret }]) => row(nameOf(name, secret), byDefault, meaning, form));
    return [`## ${title}`, row('name', 'default', 'meaning', 'form'), row('---', '---', '---', '---'), ...rows].join('\n');
  });
  return `${INTRODUCTION}\n${tables.join('\n\n')}\n`;
}

/** The few that are set first. */
export function firstSettings(sections) {
  const first = Object.values(sections).flatMap((variables) => Object.entries(variables).filter(([, variable]) => variable.first === true));
  const rows = first.map(([name, { default: byDefault, meaning, secret }]) => row(nameOf(name, secret), byDefault, meaning));
  return [row('name', 'default', 'meaning'), row('---', '---', '---'), ...rows].join('\n');
}

export function envExample(sections) {
  const blocks = Object.entries(sections).map(([title, variables]) => `## ${title}\n\n${Object.entries(variables).map(exampleOf).join('\n')}`);
  return `# Copy to .env; real variables win over it. All settings are optional. Made by \`npm run docs\`.\n\n${blocks.join('\n')}`;
}

/** The README with its settings table replaced. */
export function withSettings(readme, sections) {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`the README has no ${BEGIN} … ${END}`);
  return `${readme.slice(0, begin)}${BEGIN}\n${firstSettings(sections)}\n${readme.slice(end)}`;
}

function exampleOf([name, { default: byDefault, meaning, form, secret }]) {
  const file = secret === true ? `\n# or ${name}_FILE=, a file that holds it` : '';
  return `# ${meaning}\n# ${form}; default: ${byDefault}${file}\n#${name}=\n`;
}

function nameOf(name, secret) {
  return secret === true ? `\`${name}\` (or \`${name}_FILE\`)` : `\`${name}\``;
}

function row(...cells) {
  return `| ${cells.join(' | ')} |`;
}
