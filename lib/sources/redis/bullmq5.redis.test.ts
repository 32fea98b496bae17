import { oneServer } from '../../testing/ground';
import { bullMq5Driver } from '../../testing/queue-drivers';
import { describeSource } from '../source.contract';

describeSource(bullMq5Driver, oneServer(2));
