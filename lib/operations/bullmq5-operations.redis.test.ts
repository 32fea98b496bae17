import { bullMq5Driver } from '../testing/queue-drivers';
import { describeOperations } from './operations.contract';

describeOperations(bullMq5Driver, 41);
