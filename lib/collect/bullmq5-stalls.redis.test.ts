import { bullMq5Driver } from '../testing/queue-drivers';
import { describeStalls } from './stalls.contract';

describeStalls(bullMq5Driver, 14);
