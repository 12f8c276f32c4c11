import { BaseRpcContext } from '@nestjs/microservices';

type Args = [topic: string, partition: number, firstOffset: number, lastOffset: number, signal: AbortSignal];

/** Where a stretch of events lies on the log, for the `@Ctx()` of an event handler. */
export class EventBatchContext extends BaseRpcContext<Args> {
  get topic(): string {
    return this.args[0];
  }

  get partition(): number {
    return this.args[1];
  }

  get firstOffset(): number {
    return this.args[2];
  }

  /** Inclusive. */
  get lastOffset(): number {
    return this.args[3];
  }

  /** Aborts when the outcome of this stretch will be thrown away. */
  get signal(): AbortSignal {
    return this.args[4];
  }
}
