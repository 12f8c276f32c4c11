import { Logger } from '@nestjs/common';
import { describeEventBus } from '../contracts/event-bus.contract.js';
import { SQLITE_TRAITS, SqliteBus } from '../support/sqlite-bus.js';

Logger.overrideLogger(false);

describeEventBus('SQLite', SQLITE_TRAITS, () => SqliteBus.open());
