import { bullMqDriver } from '../testing/queue-drivers';
import { describeOperations } from './operations.contract';

describeOperations(bullMqDriver, 42);
