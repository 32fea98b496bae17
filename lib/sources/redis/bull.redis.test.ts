import { bullDriver } from '../../testing/queue-drivers';
import { describeSource } from '../source.contract';

describeSource(bullDriver, 1);
