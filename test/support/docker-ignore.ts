/**
 * Whether a path of the build context is kept from the build, by the rules of `.dockerignore`: the last line that matches
 * the path, or a folder above it, decides. Names, `*` and `?` are understood, and dots are letters like any other.
 */
export function isIgnored(ignoreFile: string, path: string): boolean {
  const parts = path.split('/');
  const prefixes = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  let ignored = false;
  for (const line of ignoreFile.split('\n').map((text) => text.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    const pattern = expressionOf(line.replace(/^!/, '').replaceAll(/^\/|\/$/g, ''));
    if (prefixes.some((prefix) => pattern.test(prefix))) ignored = !line.startsWith('!');
  }
  return ignored;
}

function expressionOf(pattern: string): RegExp {
  if (/\*\*|[[\\]/.test(pattern)) throw new Error(`not understood: ${pattern}`);
  return new RegExp(`^${pattern.replaceAll(/[.+^${}()|]/g, String.raw`\$&`).replaceAll('*', '[^/]*').replaceAll('?', '[^/]')}$`);
}
