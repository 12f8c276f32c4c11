// Loaded into a process of the app before anything else (`node --import`): its wall clock, and that alone, is as many
// milliseconds ahead of the machine's as the file says. Timers and performance.now() go on as they are.
import { readFileSync } from 'node:fs';
import { setInterval } from 'node:timers';

const RealDate = Date;
const LOOK_EVERY_MS = 20;
let aheadMs = 0;

function look() {
  try {
    aheadMs = Number(readFileSync(process.env.JUMPING_CLOCK_FILE, 'utf8'));
  } catch {
    // It is being written: the next look finds it.
  }
}

look();
setInterval(look, LOOK_EVERY_MS).unref();
globalThis.Date = class Date extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + aheadMs);
    else super(...given);
  }

  static now() {
    return RealDate.now() + aheadMs;
  }
};
