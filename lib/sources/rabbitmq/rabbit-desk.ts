import type { RabbitSourceConfig } from '../../config/config';
import { AppError } from '../../domain/errors';
import type { SourceDesk } from '../source';
import { Management } from './management';
import { RabbitMessages } from './rabbit-messages';
import { NO_BULK, NO_CONTROLS, NO_EDITS, NO_PARTS, NO_SCAN, NO_SCHEDULERS, refuse } from './no-jobs';

/** People's questions to one RabbitMQ. What is asked of jobs is refused with the reason that these are messages. */
export class RabbitDesk implements SourceDesk {
  readonly name: string;
  readonly scan = NO_SCAN;
  readonly edits = NO_EDITS;
  readonly parts = NO_PARTS;
  readonly controls = NO_CONTROLS;
  readonly schedulers = NO_SCHEDULERS;
  readonly bulk = NO_BULK;
  readonly messages: RabbitMessages;
  readonly jobs = refuse;
  readonly job = refuse;
  readonly field = refuse;
  readonly act = refuse;
  readonly add = refuse;
  private readonly api: Management;

  constructor(config: RabbitSourceConfig) {
    this.name = config.name;
    this.api = new Management(config);
    this.messages = new RabbitMessages(config, this.api);
  }

  activeJobs() {
    return Promise.resolve({ at: Date.now(), jobs: [], isCut: false });
  }

  setPaused(): Promise<never> {
    return Promise.reject(new AppError('unsupported', 'RabbitMQ cannot pause a queue: stop its consumers instead.'));
  }

  close(): Promise<void> {
    this.api.close();
    return Promise.resolve();
  }
}
