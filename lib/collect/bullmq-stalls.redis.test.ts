import { bullMqDriver } from '../testing/queue-drivers';
import { describeStalls } from './stalls.contract';

describeStalls(bullMqDriver, 15);
