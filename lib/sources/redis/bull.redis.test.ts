import { oneServer } from '../../testing/ground';
import { bullDriver } from '../../testing/queue-drivers';
import { describeSource } from '../source.contract';

describeSource(bullDriver, oneServer(1));
