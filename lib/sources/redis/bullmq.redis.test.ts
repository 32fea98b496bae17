import { oneServer } from '../../testing/ground';
import { bullMqDriver } from '../../testing/queue-drivers';
import { describeSource } from '../source.contract';

describeSource(bullMqDriver, oneServer(3));
