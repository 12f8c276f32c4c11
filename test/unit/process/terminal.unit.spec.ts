import { Terminal } from '../../../src/process/terminal.js';

const screenOf = (isTTY: boolean, columns = 80) => {
  const written: string[] = [];
  return { isTTY, columns, written, write: (text: string) => written.push(text) };
};

describe('the terminal', () => {
  it('keeps the bottom line below log lines', () => {
    const screen = screenOf(true);
    const terminal = new Terminal(screen);
    terminal.show('5 stored');
    terminal.write('a log line\n');
    expect(screen.written).toEqual(['\r\u001b[2K5 stored', '\r\u001b[2Ka log line\n5 stored']);
  });

  it('writes the bottom line again only when it changed, and takes it away', () => {
    const screen = screenOf(true);
    const terminal = new Terminal(screen);
    terminal.show('5 stored');
    terminal.show('5 stored');
    terminal.show('');
    terminal.write('after\n');
    expect(screen.written).toEqual(['\r\u001b[2K5 stored', '\r\u001b[2K', 'after\n']);
  });

  it('cuts the bottom line to the width, so that it can be written over', () => {
    const screen = screenOf(true, 30);
    new Terminal(screen).show('x'.repeat(100));
    expect(screen.written).toEqual([`\r\u001b[2K${'x'.repeat(29)}`]);
  });

  it('leaves out whole parts where there is no room, and takes a width of 0 for one that is not known', () => {
    const screen = screenOf(true, 30);
    new Terminal(screen).show('in 5.0/s · out 5.0/s · 1,234 stored · 7 waiting');
    expect(screen.written).toEqual(['\r\u001b[2Kin 5.0/s · out 5.0/s']);
    const unknown = screenOf(true, 0);
    new Terminal(unknown).show('in 5.0/s · out 5.0/s · 1,234 stored · 7 waiting');
    expect(unknown.written).toEqual(['\r\u001b[2Kin 5.0/s · out 5.0/s · 1,234 stored · 7 waiting']);
  });

  it('has no bottom line where there is no terminal', () => {
    const screen = screenOf(false);
    const terminal = new Terminal(screen);
    terminal.show('5 stored');
    terminal.write('a log line\n');
    expect(screen.written).toEqual(['a log line\n']);
  });
});
