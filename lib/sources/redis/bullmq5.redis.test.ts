import { bullMq5Driver } from '../../testing/queue-drivers';
import { describeSource } from '../source.contract';

describeSource(bullMq5Driver, 2);
