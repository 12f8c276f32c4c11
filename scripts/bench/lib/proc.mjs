import { readdirSync, readFileSync } from 'node:fs';

/** USER_HZ, which is 100 on every Linux. */
const TICKS_PER_SECOND = 100;

/** The processor time that a process has used, all threads, in seconds (in steps of 10 ms). Null where the system has no /proc. */
export function cpuSeconds(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return null;
  }
}

/** What a process takes of the machine's memory now, in MB. Null where the system has no /proc. */
export const residentMb = (pid) => statusMb(pid, 'VmRSS');

/** The most that it has taken since it began. */
export const peakResidentMb = (pid) => statusMb(pid, 'VmHWM');

/** How many files, sockets and the like a process holds open. Null where the system has no /proc. */
export function openFiles(pid) {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return null;
  }
}

function statusMb(pid, name) {
  try {
    const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) / 1_024;
  } catch {
    return null;
  }
}
