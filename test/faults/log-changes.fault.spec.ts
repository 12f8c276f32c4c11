import { join } from 'node:path';
import { SystemClock } from '../../src/adapters/clock-system/system-clock.js';
import { LogMaintenance } from '../../src/adapters/event-bus-sqlite/log-maintenance.js';
import { tamper } from '../support/file-lock.js';
import { SqliteBus } from '../support/sqlite-bus.js';
import { logChangesOn, type LogTools } from './log-changes.js';
import { EmbeddedInstallation } from './support/embedded-installation.js';

logChangesOn('embedded', async () => {
  const installation = await EmbeddedInstallation.open();
  return { installation, tools: await toolsFor(installation) };
});

async function toolsFor({ dataDir, topic }: EmbeddedInstallation): Promise<LogTools> {
  const bus = await SqliteBus.open({ dataDir });
  return {
    /** The round that each process makes every minute, with a LOG_MAX_BYTES that keeps a part of the unread events. */
    async removeSomeUnread({ records, committed }, dice) {
      const unread = records.filter(({ partition, offset }) => offset >= (committed.find((one) => one.partition === partition)?.offset ?? 0));
      const bytes = unread.reduce((sum, { key, value, headers }) => sum + (key?.length ?? 0) + (value?.length ?? 0) + Object.entries(headers).flat().join('","').length, 0);
      const maxBytes = Math.floor((bytes * dice.between(30, 70)) / 100);
      await new LogMaintenance(bus.files, new SystemClock(), { retention: { maxAgeMs: null, maxBytes }, everyMs: 60_000 }).sweep();
    },
    /** No command of ours deletes a topic: what somebody does by hand, or by a log file from elsewhere. */
    async replace() {
      const partitions = `SELECT id FROM partitions WHERE topic_id = (SELECT id FROM topics WHERE name = '${topic}')`;
      tamper(join(dataDir, 'log.db'), `BEGIN IMMEDIATE; DELETE FROM events WHERE id >> 40 IN (${partitions}); UPDATE partitions SET next_offset = 0, bytes = 0 WHERE id IN (${partitions}); COMMIT`);
    },
    keepsCommits: true,
    close: () => bus.close(),
  };
}
