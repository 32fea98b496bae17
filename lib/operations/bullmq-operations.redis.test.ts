import { bullMqDriver } from '../testing/queue-drivers';
import { describeClearings } from './clearings.contract';
import { describeOperations } from './operations.contract';

describeOperations(bullMqDriver, 42);
describeClearings(bullMqDriver, 42);
