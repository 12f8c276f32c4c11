import { Injectable } from '@nestjs/common';
import { EventConsumer, type ConsumerStatus } from '../../ports/event-consumer.port.js';
import { HealthProbe, type Health } from '../../ports/health-probe.port.js';
import { Journal } from '../journal/index.js';
import { EventConsumerTransport } from './event-consumer.transport.js';
import { type TransportFailure } from './transport-events.js';

const NAME = 'processing';

/** Whether events flow into the table, and if not, why, since when, and what to do. */
@Injectable()
export class ProcessingProbe extends HealthProbe {
  constructor(
    private readonly transport: EventConsumerTransport,
    private readonly consumer: EventConsumer,
    private readonly journal: Journal,
  ) {
    super();
  }

  override async check(): Promise<Health> {
    const { failure } = this.transport;
    return failure === null ? this.ofConsumer(this.consumer.status()) : ended(failure);
  }

  private ofConsumer(status: ConsumerStatus): Health {
    switch (status.state) {
      case 'running':
        return { name: NAME, status: 'up', code: null, reason: null, sinceMs: status.sinceMs, suggestion: null };
      case 'paused':
        return this.paused(status);
      case 'connecting':
        return connecting(status);
      case 'stalled':
        return down(status, 'processing.stalled', 'a batch waits to be handled again', 'it goes on by itself once the cause is gone: see how the user repository and the event bus are');
      case 'halted':
        return down(status, 'processing.halted', 'a partition is halted', 'mend the cause that the log names, then POST /api/v1/processing/resume or restart this process');
      case 'stopped':
        return this.transport.phase === 'starting' ? connecting(status) : down(status, 'processing.stopped', 'this process consumes nothing any more', 'start it again');
      default:
        return status.state satisfies never;
    }
  }

  private paused(status: ConsumerStatus): Health {
    const { by, code, sinceMs } = this.journal.state().processing;
    return {
      name: NAME,
      status: 'degraded',
      code: code === null || !code.includes('.') ? 'processing.paused' : code,
      reason: by === null ? 'paused' : `paused by ${by.actor}${by.reason === null ? '' : `: ${by.reason}`}`,
      sinceMs: sinceMs ?? status.sinceMs,
      suggestion: 'POST /api/v1/processing/resume',
    };
  }
}

function connecting(status: ConsumerStatus): Health {
  return down(status, 'processing.connecting', 'no partition of the users topic is assigned to this process yet', 'if this lasts, see how the event bus is');
}

/** The code and reason of the first partition in the consumer's own, worst, state; the fallback where none names one. */
function down(status: ConsumerStatus, code: string, reason: string, suggestion: string): Health {
  const worst = status.partitions.find(({ state }) => state === status.state);
  return {
    name: NAME,
    status: 'down',
    code: worst?.code ?? code,
    reason: worst?.reason ?? status.reason ?? reason,
    sinceMs: worst?.sinceMs ?? status.sinceMs,
    suggestion,
  };
}

function ended({ code, reason, sinceMs }: TransportFailure): Health {
  return { name: NAME, status: 'down', code, reason: `processing has ended: ${reason}`, sinceMs, suggestion: 'mend the cause that the log names and start this process again' };
}
