/**
 * Small breakages, each a plausible slip that a user would suffer from. `find` is a text that is in the file exactly
 * once. One that no quick test notices stands for a missing test: add that, never soften the breakage.
 */
const inFile = (file, breakages) => breakages.map(([name, find, replace]) => ({ name, file: `src/${file}`, find, replace }));

const DOMAIN = [
  ...inFile('domain/user-created.codec.ts', [
    ['domain: the type goes into another header than CloudEvents says', "type: 'ce_type',", "type: 'ce-type',"],
    ['domain: the tolerance of future event times is a thousandth', 'const FUTURE_TOLERANCE_MICROS = 300_000_000;', 'const FUTURE_TOLERANCE_MICROS = 300_000;'],
    ['domain: foreign events of one millisecond have one time', 'recorded.timestampMs * 1_000 + (recorded.offset % 1_000)', 'recorded.timestampMs * 1_000'],
    ['domain: the subject wins over the id in the value', "idInValue ?? decidingHeader(recorded, HEADER.subject, 'envelope.subject') ?? id", "decidingHeader(recorded, HEADER.subject, 'envelope.subject') ?? idInValue ?? id"],
    ['domain: the log’s own append time is judged like a producer’s clock', "recorded.timestampType === 'create' && (", '('],
    ['domain: a value may nest one level deeper', 'if (depth >= limit) return true;', 'if (depth > limit) return true;'],
    ['domain: an event of a newer schema version is read as ours', 'schema !== undefined && schema !== SCHEMA && schema.startsWith(SCHEMA_PREFIX)', 'schema !== undefined && !schema.startsWith(SCHEMA_PREFIX)'],
  ]),
  ...inFile('domain/ids.ts', [
    ['domain: a user id keeps its capitals', 'return validate(given) ? given.toLowerCase() :', 'return validate(given) ? given :'],
    ['domain: the page is left out of event ids', 'of.runId, of.page, of.index', 'of.runId, of.index'],
  ]),
  ...inFile('domain/user.ts', [
    ['domain: a field of spaces is no blank', "if (value.trim() === '') return", "if (value === '') return"],
    ['domain: a person is refused for an empty further field', 'if (isNothing(value)) continue;', 'if (value === undefined || value === null) continue;'],
    ['domain: a field may be one longer than the longest', 'value.length > MAX_FIELD_LENGTH', 'value.length > MAX_FIELD_LENGTH + 1'],
  ]),
  ...inFile('domain/run.ts', [
    ['domain: a window loses its last, partly filled page', 'return Math.ceil((rate *', 'return Math.floor((rate *'],
    ['domain: event times count pages from one too many', 'Math.floor(((page - 1) * plan.pageSize * 1_000_000)', 'Math.floor((page * plan.pageSize * 1_000_000)'],
    ['domain: a window that has passed is planned from its end', ' || nowMs >= window.endMs) return 1', ') return 1'],
  ]),
  ...inFile('domain/micros.ts', [['domain: time zones go the wrong way', "'-' ? -1 : 1", "'-' ? 1 : -1"]]),
  ...inFile('domain/tally.ts', [['domain: a tally does not speak of skipped events', 'return delta.stored + delta.dead + delta.skipped;', 'return delta.stored + delta.dead;']]),
  ...inFile('ports/retry-while-away.ts', [['ports: what can never go through is tried for ever', "if (dispositionOf(error) !== 'retry') throw error;", "if (dispositionOf(error) === 'dead-letter') throw error;"]]),
];

const CONFIG = [
  ...inFile('config/read-variables.ts', [
    ['config: a secret keeps the newline of its file', 'return readFile(path).trim();', 'return readFile(path);'],
    ['config: a secret beside its file goes unsaid', 'if (direct !== undefined) return {', 'if (direct === path) return {'],
    ['config: a fault quotes the value', 'faults.push({ name, expected: variable.form });', 'faults.push({ name, expected: `${variable.form}, not ${text}` });'],
  ]),
  ...inFile('config/parse-environment.ts', [
    ['config: only the outermost level is frozen', "for (const inner of Object.values(value) as unknown[]) if (typeof inner === 'object' && inner !== null) deepFreeze(inner);", ''],
  ]),
  ...inFile('config/contradictions.ts', [
    ['config: a name that begins like a loopback address needs no key', '(\\.\\d{1,3}){3}|::1)$/', '(\\.\\d{1,3}){3}|::1)/'],
    ['config: invented people may get into a table that others use', "if (source === 'auto' && !isEmbedded(values)) {", "if (source === 'auto' && values.EVENT_BUS === 'kafka' && values.USER_REPOSITORY === 'cassandra') {"],
    ['config: certificates without TLS are no fault', "given === undefined || values[`${server}_SSL`] === true ? []", "given !== '' ? []"],
    ['config: half a login is no fault', "return given === undefined ? [] : names.flatMap(", "return given !== names[0] ? [] : names.flatMap("],
    ['config: a field that its source does not have is no fault', "if (!ingests || source === 'file' ||", "if (!ingests || source !== 'synthetic' ||"],
  ]),
  ...inFile('config/to-config.ts', [
    ['config: the dead letters go to the users topic', 'deadLetterTopic: `${usersTopic}_dlq`', 'deadLetterTopic: usersTopic'],
    ['config: Kafka forgets people after 10 GB, unasked', 'kafka ? null : 10_000_000_000', 'kafka ? 10_000_000_000 : 10_000_000_000'],
  ]),
  ...inFile('config/variable.ts', [['config: "false" is true', "text === 'true')", "text !== '')"]]),
  ...inFile('config/quantities.ts', [['config: a minute has a thousand milliseconds', 'm: 60_000', 'm: 1_000']]),
];

const JOURNAL = [
  ...inFile('modules/journal/journal-fold.ts', [
    ['journal: repeats are folded again', '&& !this.seen.add(recorded.id)) return;', '&& this.seen.add(recorded.id) === null) return;'],
    ['journal: the last choice of a source holds, not the first', 'if (this.source === null || this.source.spec.name === event.source.name) this.source =', 'this.source ='],
    ['journal: a claimed request is asked for still', 'if (event.requestId !== null) this.requested.delete(event.requestId);', ''],
  ]),
  ...inFile('modules/journal/fold-run.ts', [
    ['journal: every claim brings its own plan', 'return { ...run, attempts: [...earlier, attempt],', 'return { ...run, plan: claim.plan, attempts: [...earlier, attempt],'],
    ['journal: the last of several claims holds', ' || run.attempts.at(-1)?.claimId !== claim.supersedes) return run;', ') return run;'],
    ['journal: an attempt that died is not interrupted', "(each.outcome === null ? { ...each, outcome: 'interrupted' as const", "(each.endedAtMs !== null ? { ...each, outcome: 'interrupted' as const"],
    ['journal: figures that come late turn a run back', ' || (attempt.progress !== null && attempt.progress.page > progress.page)) return run;', ') return run;'],
    ['journal: a superseded claim can end the run', 'if (current?.claimId !== event.claimId || current.outcome !== null) return known;', 'if (current === undefined || current.outcome !== null) return known;'],
  ]),
  ...inFile('modules/journal/journal.ts', [
    [
      'journal: an append resolves before it is folded here',
      `    retryWhileAway(() => this.publisher.publish(this.topic.name, [encoded], giveUp), { clock: this.clock, signal: giveUp }).catch((error: unknown) => this.pending.failed(id, error));
    return readBack;`,
      `    readBack.catch(() => undefined);
    const [position] = await retryWhileAway(() => this.publisher.publish(this.topic.name, [encoded], giveUp), { clock: this.clock, signal: giveUp });
    return { id, offset: position?.offset ?? 0, appendedAtMs: this.clock.now(), event };`,
    ],
    ['journal: it is ready before it is folded', 'if (this.fold.state.next >= end) this.caughtUp.next();\n    for', 'this.caughtUp.next();\n    for'],
  ]),
  ...inFile('modules/journal/heartbeats.ts', [['journal: the dead stay among the living', '.filter(({ heardAt }) => heardAt >= oldest)', '.filter(({ heardAt }) => heardAt >= 0 || oldest < 0)']]),
  ...inFile('modules/journal/journal-topics.ts', [['journal: compaction may come after a day', 'minAgeMs: 7 * DAY_MS', 'minAgeMs: DAY_MS']]),
];

const INGESTION = [
  ...inFile('modules/ingestion/pace.ts', [
    ['ingestion: overdue pages follow at four times the rate', 'previousMs + this.intervalMs / 2', 'previousMs + this.intervalMs / 4'],
    ['ingestion: a late attempt publishes all that is overdue at once', 'this.originMs = late ? attempt.startedAtMs - offsetOfPageMs(plan, attempt.firstPage) : window.startMs;', 'this.originMs = window.startMs;'],
  ]),
  ...inFile('modules/ingestion/attempt-figures.ts', [
    ['ingestion: an attempt goes on one page too late', 'return { page: run.page,', 'return { page: run.page + 1,'],
    ['ingestion: an attempt forgets where a finite source was', 'cursor: run.cursor, fetched: 0', 'cursor: null, fetched: 0'],
  ]),
  ...inFile('modules/ingestion/run-verdict.ts', [
    ['ingestion: a run of an endless source that published nothing is empty', 'if (plan.endsWithSource && figures.fetched === 0)', 'if (figures.fetched === 0)'],
    ['ingestion: a run that published nothing before its source went away is partial', "figures.published > 0 ? 'partial' : 'failed'", "figures.fetched >= 0 ? 'partial' : 'failed'"],
  ]),
  ...inFile('modules/ingestion/ingest-run.ts', [
    [
      'ingestion: a page is in the journal before it is on the log',
      '      const { positions, rejected } = await this.publishPage.execute(',
      `      await this.journal.append({ type: 'run.progressed', runId: attempt.runId, claimId: attempt.claimId, progress: { ...log.figures, page, cursor: content.next } }, abandoning);
      const { positions, rejected } = await this.publishPage.execute(`,
    ],
    ['ingestion: an attempt that was superseded goes on', "if (!this.claims.holds(attempt)) return 'superseded';", ''],
    ['ingestion: a stop does not release the run', "if (ending === 'stopped') await log.release(shutdown.abandoning);", "if (ending === 'stopped') return;"],
  ]),
  ...inFile('modules/ingestion/publish-page.ts', [['ingestion: an event that is too large is left out in silence', 'rejected.push(error.code);', '']]),
  ...inFile('modules/ingestion/pull-page.ts', [['ingestion: the source is asked before the time that it asked for', 'error.retryAfterMs ?? backoffMs(attempt, PAUSE)', 'backoffMs(attempt, PAUSE)']]),
  ...inFile('modules/ingestion/continuous-slots.ts', [['ingestion: every other slot of the continuous mode is missed', 'Math.max(endMs, oldest.startMs)', 'Math.max(endMs + this.windowMs, oldest.startMs)']]),
  ...inFile('modules/ingestion/ingest-slot.ts', [
    ['ingestion: a slot whose window has passed is carried out', 'if (nowMs >= window.endMs) await this.skip', 'if (nowMs < window.startMs) await this.skip'],
    ['ingestion: a restart claims the slot of a run that has ended or goes on', 'if (this.journal.state().runs.has(runId)) return;', ''],
  ]),
  ...inFile('modules/ingestion/cron-slots.ts', [
    ['ingestion: cron windows begin an interval late', 'const window = { startMs: this.dueMs,', 'const window = { startMs: this.next(this.dueMs),'],
    ['ingestion: the cron expression is read in the time zone of the machine', 'new Date(afterMs), timezone)', 'new Date(afterMs))'],
    ['ingestion: a machine that slept hands its slots over late', "void this.watch(due, signal).catch((error: unknown) => fired.emit('error', error));", ''],
  ]),
  ...inFile('modules/ingestion/ingestion.runner.ts', [
    [
      'ingestion: requests wait for the end of all slots',
      `await Promise.all([
      this.halting('the lane of slots', () => this.takeSlots(open.slots, source)),
      this.halting('the lane of requests', () => this.takeRequests(open.requests, source)),
    ]);`,
      `await this.halting('the lane of slots', () => this.takeSlots(open.slots, source));
    await this.halting('the lane of requests', () => this.takeRequests(open.requests, source));`,
    ],
  ]),
  ...inFile('modules/ingestion/plan-limits.ts', [
    ['ingestion: a plan may have one page more than the source can tell apart', 'plan.lastPage <= source.maxPages)', 'plan.lastPage <= source.maxPages + 1)'],
    ['ingestion: a request may hold up the others for days', 'count / rate <= LONGEST_REQUEST_S)', 'count / rate <= LONGEST_REQUEST_S * 24)'],
  ]),
  ...inFile('modules/ingestion/choose-source.ts', [
    ['ingestion: a choice of invented people is made again at each start', 'if (before !== null) {', 'if (before !== null && before.spec.name === choice.preferred.name) {'],
    ['ingestion: a source is chosen with its fields, for ever', '?? before.spec;', '=== undefined ? before.spec : before.spec;'],
    ['ingestion: the start waits for a source that does not answer', 'return await Promise.race([reachable(asked.signal), tooLate]);', 'return (await reachable(asked.signal)) || (await tooLate);'],
  ]),
];

const PROCESSING = [
  ...inFile('modules/processing/store-users.ts', [
    ['processing: the tally does not wait for the dead letters', 'if (letters.length > 0) await this.giveUp(letters, signal);', 'if (letters.length > 0) void this.giveUp(letters, signal);'],
    ['processing: a rejected row takes its neighbour’s bytes to the dead letters', 'this.rejectedLetter(row, records[row.index])', 'this.rejectedLetter(row, events[row.index])'],
    ['processing: rows that the table rejected count as stored', 'stored: stored.length, dead: letters.length', 'stored: users.length, dead: letters.length - rejected.length'],
  ]),
  ...inFile('modules/processing/rethrow.filter.ts', [['processing: the transport gets another error than the handler threw', 'return throwError(() => exception);', 'return throwError(() => new Error(String(exception)));']]),
  ...inFile('modules/processing/event-consumer.transport.ts', [
    ['processing: events of foreign types are handed to ours', 'this.messageHandlers.get(stretch.type) as', "(this.messageHandlers.get(stretch.type) ?? this.messageHandlers.get('user.created')) as"],
    ['processing: skipped events are not counted in the tally', 'skipped += delta.skipped;', ''],
    ['processing: consuming begins before the journal is folded', 'await this.untilStopped(this.followControl.start());', 'void this.untilStopped(this.followControl.start());'],
    ['processing: a stop does not wait for the work in hand', 'const first = await Promise.race([this.working, timeUp]);', 'const first = await Promise.race([Promise.resolve(), timeUp]);'],
  ]),
  ...inFile('modules/processing/failure-rate-breaker.ts', [
    ['processing: half of the events dead does not trip the breaker', 'seen.dead < seen.events * FAILURE_SHARE', 'seen.dead <= seen.events * FAILURE_SHARE'],
    ['processing: the breaker trips on a handful of events', 'seen.events < AT_LEAST_EVENTS || ', ''],
  ]),
  ...inFile('modules/processing/follow-control.ts', [
    ['processing: a process that starts while paused consumes', 'if (processing.paused) this.ask(processing);', ''],
    ['processing: a resume overtakes the pause before it', 'this.asked = this.asked.then(() => this.apply(control))', 'this.asked = this.apply(control)'],
  ]),
  ...inFile('modules/processing/pause-on-failures.ts', [['processing: the breaker counts what an operator has let through', '?? 0] ?? 0;', '?? 0] === undefined ? 0 : 0;']]),
  ...inFile('modules/processing/ensure-topics.ts', [['processing: dead letters expire with the users topic', "cleanup: { policy: 'delete', maxAgeMs: null, maxBytes: null }", "cleanup: { policy: 'delete', ...this.options.retention }"]]),
  ...inFile('modules/processing/dead-letters/publish-dead-letters.ts', [['processing: a dead letter that is too large is dropped', 'outgoing[error.index] = encodeDeadLetter(truncated(letter));', 'outgoing.splice(error.index, 1);']]),
  ...inFile('modules/processing/dead-letters/dead-letter.codec.ts', [
    ['processing: a dead letter of no value comes back as an empty one', "text(HEADER.nullValue) === 'true' ? null : recorded.value", 'recorded.value'],
    ['processing: headers of the original pass for ours', 'return name.startsWith(OURS) ? ESCAPE + name : name;', 'return name;'],
  ]),
];

const STORAGE = [
  ...inFile('modules/storage/audit/ledger.ts', [
    ['storage: expired events are in flight too', 'end - Math.max(handled, first)', 'end - handled'],
    ['storage: a commit beyond the end balances', 'balanced: handled <= end && (', 'balanced: ('],
    ['storage: one partition that balances is enough', 'balanced: partitions.every(', 'balanced: partitions.some('],
  ]),
  ...inFile('modules/storage/audit/read-ledger.ts', [
    [
      'storage: the ends are read before the commits',
      'const committed = await this.log.committed(topic, group);\n      return { offsets: await this.log.offsets(topic), committed };',
      'const offsets = await this.log.offsets(topic);\n      return { offsets, committed: await this.log.committed(topic, group) };',
    ],
  ]),
  ...inFile('modules/storage/find-user.ts', [
    ['storage: a table without ids is asked for one', "if (identity.kind === 'key') {", "if (identity.kind === 'key' && identity.columns.length === 0) {"],
    ['storage: an id that is no UUID is not found', '{ id: toUserId(id) }', '{ id }'],
  ]),
];

const ADMIN = [
  ...inFile('modules/admin/access/access.guard.ts', [['admin: a route that declares nothing is public', 'context.getHandler());', "context.getHandler()) ?? 'public';"]]),
  ...inFile('modules/admin/access/access-policy.ts', [
    ['admin: reading needs no key', "return level === 'public' ? this.knownOrAnonymous", "return level !== 'operate' ? this.knownOrAnonymous"],
    ['admin: a wrong key passes for none', "throw unauthorized('auth.key-wrong', 'The key is not right.');", 'return ANONYMOUS;'],
    ['admin: guessing goes on beyond the limit', 'if (waitMs > 0) throw', 'if (waitMs > 0 && keyOf(request) === null) throw'],
    ['admin: pages of other origins may ask without a key', 'if (isCrossOrigin(request)) {', "if (isCrossOrigin(request) && request.method === 'POST') {"],
  ]),
  ...inFile('modules/admin/access/api-key.ts', [
    ['admin: a key that begins like the right one is taken', 'timingSafeEqual(sha256(given), sha256(expected))', 'timingSafeEqual(sha256(given.slice(0, expected.length)), sha256(expected))'],
    ['admin: an empty key opens what has no key', "return expected !== '' && ", 'return '],
  ]),
  ...inFile('modules/admin/access/loopback.ts', [
    ['admin: a Host that begins like this machine passes for it', '(?::\\d{1,5})?$/i', '(?::\\d{1,5})?/i'],
    ['admin: a page of the same site on another port may ask', "site !== 'same-origin' && site !== 'none'", "site === 'cross-site'"],
  ]),
  ...inFile('modules/admin/access/failed-attempts.ts', [['admin: an address may fail once more', 'failures.count < FAILURES_PER_WINDOW', 'failures.count <= FAILURES_PER_WINDOW']]),
  ...inFile('modules/admin/http/problem.filter.ts', [
    ['admin: a bug shows its stack to the caller', '?? UNFORESEEN;', '?? { ...UNFORESEEN, detail: stackOf(thrown) };'],
    ['admin: a problem repeats the query, which names people', "const path = url.split('?', 1)[0] ?? '';", 'const path = url;'],
  ]),
  ...inFile('modules/admin/http/validation.ts', [['admin: unknown members of a body are let through', 'forbidNonWhitelisted: true,', 'forbidNonWhitelisted: false,']]),
  ...inFile('modules/admin/health/health.controller.ts', [
    ['admin: who is not ready answers 200', 'response.statusCode = error.getStatus();', ''],
    ['admin: readiness tells its reasons to everybody', "const inFull = caller.scopes.includes('read');", "const inFull = caller.actor !== '';"],
  ]),
  ...inFile('modules/admin/dead-letters/dead-letter.view.ts', [['admin: what dead events held is shown to who did not ask', 'withValue ? {', 'letter ? {']]),
  ...inFile('modules/admin/metrics/render-metrics.ts', [['admin: every scrape shows the ledger of the first', 'this.ledgerOfScrape = undefined;\n    return', 'return']]),
];

const PROCESS = [
  ...inFile('process/exit-code.ts', [
    ['process: damaged data is an unexpected end', "if (code === 'data.damaged') return EXIT.damagedData;", ''],
    ['process: a taken port is an unexpected end', "'syscall' in error && ", "'address' in error && 'path' in error && "],
  ]),
  ...inFile('process/drain.ts', [
    ['process: a second signal is ignored', 'this.options.exit(EXIT.unexpected);\n      return;', 'return;'],
    ['process: it exits before what is in work has ended', 'await this.app.close();\n', 'void this.app.close();\n'],
    ['process: a stop that hangs is never ended', 'this.options.exit(code === EXIT.clean ? EXIT.unexpected : code);\n    }, DRAIN_MS);', '}, DRAIN_MS);'],
  ]),
  ...inFile('wiring/watch-damage.ts', [['process: it runs on over damaged data', "code === 'data.damaged'", "code === 'data.damage'"]]),
  ...inFile('wiring/source-choice.ts', [['process: what cannot be reached passes for reachable', 'return opened instanceof RandomUserSource && opened.reachable(signal);', 'return opened instanceof RandomUserSource;']]),
  ...inFile('wiring/wired-user-sources.ts', [['process: an old plan brings invented people into a table that others use', 'if (!this.allows.invented) throw inventedPeople();', '']]),
  ...inFile('wiring/wired-user-sources.ts', [['process: one source is opened twice, with two circuits', '.sort(([left], [right]) => (left < right ? -1 : 1))', '']]),
];

const EVENT_BUS_SQLITE = [
  ...inFile('adapters/event-bus-sqlite/group-positions.ts', [
    [
      'event-bus-sqlite: a commit does not ask who holds the partition',
      ` AND member = ? AND epoch = ?\`,
      )
      .run(committed, tally.began, tally.stored, tally.dead, tally.skipped, last?.offset ?? null, last?.timestampMs ?? null, this.group, claim.partition.id, claim.member, claim.epoch);`,
      `\`,
      )
      .run(committed, tally.began, tally.stored, tally.dead, tally.skipped, last?.offset ?? null, last?.timestampMs ?? null, this.group, claim.partition.id);`,
    ],
    ['event-bus-sqlite: a commit that was fenced off passes for done', 'if (changes !== 1) throw new ClaimLostError(claim);', 'if (changes > 1) throw new ClaimLostError(claim);'],
  ]),
  ...inFile('adapters/event-bus-sqlite/group-membership.ts', [
    ['event-bus-sqlite: the next holder gets the same fencing token', 'SET member = ?, epoch = epoch + 1', 'SET member = ?, epoch = epoch'],
    ['event-bus-sqlite: a clock that was set back keeps a dead member alive', ' || now.monotonicMs - unrenewedSince >= this.leaseMs;', ';'],
  ]),
  ...inFile('adapters/event-bus-sqlite/group-session.ts', [['event-bus-sqlite: who stops leaves its partitions to its lease', 'await this.workers.allEnded();\n      await this.leave();', 'await this.workers.allEnded();']]),
  ...inFile('adapters/event-bus-sqlite/partition-cursor.ts', [
    [
      'event-bus-sqlite: position and tally move in two steps',
      'await writer.submit(() => positions.commit(claim, position));',
      'await writer.submit(() => positions.commit(claim, { ...position, tally: this.tally }));\n    await writer.submit(() => positions.commit(claim, position));',
    ],
    ['event-bus-sqlite: a gap goes unsaid', 'if (to > this.next) this.reportGap(to);', ''],
    ['event-bus-sqlite: a log that was replaced by a longer one goes unnoticed', 'return timestampMs !== null && timestampMs !== last?.timestampMs;', 'return false;'],
    ['event-bus-sqlite: offsets without an event are not tallied', 'skipped: delta.skipped + removed', 'skipped: delta.skipped'],
  ]),
  ...inFile('adapters/event-bus-sqlite/partition-worker.ts', [
    ['event-bus-sqlite: a batch that was being read is handed over after a pause', 'if (this.isEnding || this.paused) return;', 'if (this.isEnding) return;'],
    ['event-bus-sqlite: what was handled is handed over again while the log is locked', "if (dispositionOf(error) !== 'retry' || this.isEnding) throw error;", 'throw error;'],
    ['event-bus-sqlite: a partition that must halt tries for ever', "if (dispositionOf(error) !== 'retry') return this.halt(error);\n    if (this.paused) return;", 'if (this.paused) return;'],
  ]),
  ...inFile('adapters/event-bus-sqlite/sqlite-event-publisher.ts', [
    ['event-bus-sqlite: the events of a batch lie in reverse order', 'const offset = first + place;', 'const offset = first + rows.length - 1 - place;'],
    ['event-bus-sqlite: events of any size are taken', 'if (row.bytes > topic.maxEventBytes) refuseTooLarge', 'if (row.bytes < 0) refuseTooLarge'],
    ['event-bus-sqlite: append times go back with the clock', 'last_timestamp = max(last_timestamp, ?)', 'last_timestamp = ?'],
  ]),
  ...inFile('adapters/event-bus-sqlite/partitioner.ts', [['event-bus-sqlite: keys go to other partitions than before', 'hash ^= hash >>> 15;', '']]),
  ...inFile('adapters/event-bus-sqlite/event-pruning.ts', [
    ['event-bus-sqlite: the operator’s limit removes what is kept for ever', "own.policy === 'compact' || (own.maxAgeMs === null && own.maxBytes === null)", "own.policy === 'compact'"],
    ['event-bus-sqlite: the looser of two limits holds', 'return Math.min(one, other);', 'return Math.max(one, other);'],
  ]),
  ...inFile('adapters/event-bus-sqlite/event-compaction.ts', [['event-bus-sqlite: compaction removes what is too young', 'isSuperseded(seen, key) && id < aged', 'isSuperseded(seen, key)']]),
  ...inFile('adapters/event-bus-sqlite/sqlite-event-topics.ts', [['event-bus-sqlite: a topic of other settings is used all the same', "if (spec.whenItExists === 'exact') refuseDifferences", "if (spec.whenItExists !== 'exact') refuseDifferences"]]),
];

const USER_REPOSITORY_SQLITE = [
  ...inFile('adapters/user-repository-sqlite/user-row.ts', [
    ['user-repository-sqlite: an older event overwrites a newer row', '\n    WHERE (excluded.created_at, excluded.src_partition, excluded.src_offset) >= (created_at, src_partition, src_offset)`', '`'],
    ['user-repository-sqlite: of one time the last that comes wins', '(excluded.created_at, excluded.src_partition, excluded.src_offset) >= (created_at, src_partition, src_offset)', 'excluded.created_at >= created_at'],
    ['user-repository-sqlite: a field can be taken for the row’s number', "const ROW_NUMBER = '#row';", "const ROW_NUMBER = 'row_number';"],
    ['user-repository-sqlite: text is cut at its first NUL', 'if (value.includes(NUL)) return', 'if (value === NUL) return'],
    ['user-repository-sqlite: a row that breaks a constraint stops all others', 'case SQLITE_CONSTRAINT:\n      return', 'case SQLITE_CONSTRAINT + 256:\n      return'],
  ]),
  ...inFile('adapters/user-repository-sqlite/sqlite-user-repository.ts', [
    ['user-repository-sqlite: a full last page promises another', 'next: rows.length > limit ?', 'next: rows.length >= limit ?'],
    ['user-repository-sqlite: a rejected row is named by another place', 'else rejected.push({ index, ...fault });', 'else rejected.push({ index: rejected.length, ...fault });'],
  ]),
  ...inFile('adapters/user-repository-sqlite/list-cursor.ts', [['user-repository-sqlite: a cursor of one list goes for another', 'if (name !== list || !Number.isSafeInteger(row) || row < 1 || encodeCursor(list, row) !== cursor)', 'if (name === undefined || !Number.isSafeInteger(row) || row < 1)']]),
];

const USER_SOURCES = [
  ...inFile('adapters/user-source-randomuser/random-user-source.ts', [
    ['user-source-randomuser: the seed is not in the query', 'this.address({ seed, page, results: size,', 'this.address({ page, results: size,'],
    ['user-source-randomuser: the page is not in the query', 'this.address({ seed, page, results: size,', 'this.address({ seed, results: size,'],
    ['user-source-randomuser: a short Retry-After is not waited for', 'error.retryAfterMs + jitterMs', 'jitterMs'],
    ['user-source-randomuser: a long pause holds only who was told', '    this.rateLimit.check();\n', ''],
  ]),
  ...inFile('adapters/user-source-randomuser/random-user-answer.ts', [
    ['user-source-randomuser: a short page passes for a whole one', 'if (length === size) return;', 'if (length > 0 && length <= size) return;'],
    ['user-source-randomuser: page 1 instead of another goes unnoticed', ' || other(page, asked.page)) {', ') {'],
  ]),
  ...inFile('adapters/user-source-randomuser/random-user-fields.ts', [
    ['user-source-randomuser: the password goes along as the username', "at(record, 'login', 'username')", "at(record, 'login', 'password')"],
    ['user-source-randomuser: everything is asked for, which gives other people', 'PARTS.filter((part) => needed.has(part)).join', 'PARTS.filter(() => needed.size > 0).join'],
  ]),
  ...inFile('adapters/user-source-file/file-user-source.ts', [
    ['user-source-file: a record is lost between two pages', 'following === null ? null : formatCursor(following)', 'following === null ? null : formatCursor(reader.position)'],
    ['user-source-file: a file that has changed is read all the same', 'if (found.sha256 !== this.content.sha256) throw fileChanged(this.path);', ''],
  ]),
  ...inFile('adapters/user-source-file/record-reader.ts', [['user-source-file: a value of several lines counts as one', 'newlinesIn(bytes) + 1', '1']]),
  ...inFile('adapters/user-source-synthetic/seeded-random.ts', [['user-source-synthetic: the same seed gives other people each time', 'return Math.floor(this.next() * limit);', 'return Math.floor(Math.random() * limit);']]),
  ...inFile('adapters/user-source-synthetic/invented-people.ts', [['user-source-synthetic: every page has the same people', "new SeededRandom('people', seed, page)", "new SeededRandom('people', seed)"]]),
];

const SHARED = [
  ...inFile('adapters/shared/backoff.ts', [
    ['shared: jitter goes beyond its ceiling', 'return random() * ceilingMs(attempt, limits);', 'return (0.5 + random()) * ceilingMs(attempt, limits);'],
    ['shared: waits grow without end', 'return Math.min(maxMs, ', 'return Math.max(Math.min(maxMs, 0), '],
  ]),
  ...inFile('adapters/shared/retry-after.ts', [['shared: Retry-After is read as milliseconds', 'return Number(text) * 1_000;', 'return Number(text);']]),
  ...inFile('adapters/shared/circuit-breaker.ts', [['shared: a success does not close the circuit', 'this.failed = 0;\n', '']]),
  ...inFile('adapters/shared/http-client.ts', [
    ['shared: a redirect to somebody else is followed', 'target === undefined || (target.origin !== from.origin && !encrypted)', 'target === undefined || (target.origin === from.origin && encrypted)'],
    ['shared: an answer without end is read', 'if (bytes > this.limits.maxBodyBytes) throw', 'if (piece.length > this.limits.maxBodyBytes) throw'],
  ]),
  ...inFile('adapters/shared/sqlite-file.ts', [
    ['shared: commits do not wait for the disk', 'PRAGMA synchronous = FULL', 'PRAGMA synchronous = NORMAL'],
    ['shared: a damaged file is opened', 'checkIntegrity(this.database, path, limits);', ''],
    ['shared: a file that was found damaged is written to', 'if (this.found !== null) throw this.found;', ''],
    ['shared: a folder at rest lacks what is in the WAL', "if (this.found === null) this.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');", ''],
    ['shared: a transaction that fails is kept', "if (this.database.isTransaction) this.database.exec('ROLLBACK');", "if (this.database.isTransaction) this.database.exec('COMMIT');"],
    ['shared: everybody on the machine may read the data', 'const FOLDER_MODE = 0o700;', 'const FOLDER_MODE = 0o755;'],
  ]),
  ...inFile('adapters/shared/sqlite-check.ts', [
    ['shared: a large file that was cut short is opened', 'if (size < pages) throw damaged', 'if (size === 0) throw damaged'],
    ['shared: nothing of a large file is checked', 'of limits.smallTables ?? []', 'of []'],
  ]),
  ...inFile('adapters/shared/sqlite-schema.ts', [['shared: a file of a newer version is used', 'if (version <= steps.length) return version;', 'if (version >= 0) return Math.min(version, steps.length);']]),
  ...inFile('adapters/shared/sqlite-writer.ts', [
    ['shared: one bad write fails those beside it', 'new Set(ofTheFile || culprit === undefined ? all : [culprit])', 'new Set(all)'],
    ['shared: each write is a transaction, and a sync, of its own', 'if (this.clock.monotonic() >= until) break;', 'if (this.clock.monotonic() >= 0 || until > 0) break;'],
  ]),
  ...inFile('adapters/clock-system/system-clock.ts', [
    ['shared: a sleep outlives its signal', "signal?.addEventListener('abort', end, { once: true });", ''],
    ['shared: a sleep of a month is a thousand sleeps a second', 'Math.min(left, LONGEST_TIMER_MS)', 'left'],
  ]),
  ...inFile('adapters/logger-pino/pino-logger.ts', [['shared: what Nest says of itself fills the log', "NEST_CHATTER.has(context) ? 'debug' : 'info'", "NEST_CHATTER.has(context) ? 'info' : 'info'"]]),
];

export const MUTATIONS = [...DOMAIN, ...CONFIG, ...JOURNAL, ...INGESTION, ...PROCESSING, ...STORAGE, ...ADMIN, ...PROCESS, ...EVENT_BUS_SQLITE, ...USER_REPOSITORY_SQLITE, ...USER_SOURCES, ...SHARED];
