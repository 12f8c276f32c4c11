/** Renders the schema of the environment: `.env.example` and the settings table of the README. Both are drift-tested. */
const BEGIN = '<!-- settings: made by `npm run docs` -->';
const END = '<!-- end of settings -->';

export function settingsTable(variables) {
  const rows = Object.entries(variables).map(([name, { default: byDefault, meaning, form, secret }]) => {
    const file = secret === true ? ` (or \`${name}_FILE\`)` : '';
    return `| \`${name}\`${file} | ${byDefault} | ${meaning} | ${form} |`;
  });
  return ['| name | default | meaning | form |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

export function envExample(variables) {
  const blocks = Object.entries(variables).map(([name, { default: byDefault, meaning, form, secret }]) => {
    const file = secret === true ? `\n# or ${name}_FILE=, a file that holds it` : '';
    return `# ${meaning}\n# ${form}; default: ${byDefault}${file}\n#${name}=\n`;
  });
  return `# Copy to .env; real variables win over it. All settings are optional. Made by \`npm run docs\`.\n\n${blocks.join('\n')}`;
}

/** The README with its settings table replaced. */
export function withSettings(readme, variables) {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`the README has no ${BEGIN} … ${END}`);
  return `${readme.slice(0, begin)}${BEGIN}\n${settingsTable(variables)}\n${readme.slice(end)}`;
}
