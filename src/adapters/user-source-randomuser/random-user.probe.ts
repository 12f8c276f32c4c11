import { HealthProbe, type Health } from '../../ports/health-probe.port.js';
import { type RandomUserSource } from './random-user-source.js';

const BY_ITSELF = 'nothing, if it passes: the page is asked for again; if it stays, see whether RANDOMUSER_URL answers from this machine';

/** How the RandomUser API is, by what the last fetch met: it asks nothing itself. */
export class RandomUserProbe extends HealthProbe {
  constructor(private readonly source: RandomUserSource) {
    super();
  }

  async check(): Promise<Health> {
    const { failure, sinceMs, circuit } = this.source.condition;
    if (failure === null) return { name: 'user-source', status: 'up', code: null, reason: null, sinceMs, suggestion: null };
    return {
      name: 'user-source',
      status: failure.disposition === 'retry' ? 'degraded' : 'down',
      code: failure.code,
      reason: circuit === 'closed' ? failure.message : `${failure.message} (circuit ${circuit})`,
      sinceMs,
      suggestion: failure.remedy ?? BY_ITSELF,
    };
  }
}
