import { bullDriver } from '../testing/queue-drivers';
import { describeOperations } from './operations.contract';

describeOperations(bullDriver, 40);
