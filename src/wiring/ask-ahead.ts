import { Worker } from 'node:worker_threads';
import { type Config } from '../config/config.js';

/** What the thread is told. */
export interface Question {
  readonly url: string;
  readonly fields: readonly string[];
  readonly withinMs: number;
}

/** How long the API may take to answer. */
const ANSWER_WITHIN_MS = 700;

/**
 * Asks the API whether it answers, where `USER_SOURCE=auto` will want to know. It is asked at once and in a thread,
 * while this one is busy loading the app: the time that the API has is then not added to the start, and is not cut
 * short by a thread that cannot listen. Null where nobody will want to know; rejects where the thread fails.
 */
export function askAhead({ source, roles, fields }: Pick<Config, 'source' | 'roles' | 'fields'>): Promise<boolean> | null {
  if (source.choice !== 'auto' || !roles.includes('ingestion')) return null;
  const question: Question = { url: source.randomUserUrl, fields, withinMs: ANSWER_WITHIN_MS };
  const asking = new Worker(new URL('./ask-ahead.worker.js', import.meta.url), { workerData: question });
  asking.unref();
  const answer = new Promise<boolean>((resolve, reject) => {
    asking.once('message', resolve);
    asking.once('error', reject);
    asking.once('exit', () => reject(new Error('the thread ended without an answer')));
  });
  answer.catch(() => undefined);
  return answer;
}
