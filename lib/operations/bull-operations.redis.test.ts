import { bullDriver } from '../testing/queue-drivers';
import { describeClearings } from './clearings.contract';
import { describeOperations } from './operations.contract';

describeOperations(bullDriver, 40);
describeClearings(bullDriver, 40);
