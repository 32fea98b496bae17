import { bullMqDriver } from '../../testing/queue-drivers';
import { describeSource } from '../source.contract';

describeSource(bullMqDriver, 3);
