import { bullDriver } from '../testing/queue-drivers';
import { describeStalls } from './stalls.contract';

describeStalls(bullDriver, 11);
