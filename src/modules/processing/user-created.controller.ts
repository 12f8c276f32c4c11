import { Controller, UseFilters } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { type RecordedEvent } from '../../domain/event-record.js';
import { type TallyDelta } from '../../domain/tally.js';
import { USER_CREATED } from '../../domain/user-created.js';
import { EventBatchContext } from './event-batch.context.js';
import { RethrowFilter } from './rethrow.filter.js';
import { StoreUsers } from './store-users.js';

/** Where the events of the users topic come in. */
@Controller()
@UseFilters(RethrowFilter)
export class UserCreatedController {
  constructor(private readonly storeUsers: StoreUsers) {}

  /** (The pattern's type is given because Nest's overload for plain strings does not know of `@Ctx()`.) */
  @EventPattern<typeof USER_CREATED>(USER_CREATED)
  handle(@Payload() events: readonly RecordedEvent[], @Ctx() context: EventBatchContext): Promise<TallyDelta> {
    return this.storeUsers.execute(events, context.signal);
  }
}
