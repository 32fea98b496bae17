import { bullDriver } from '../testing/queue-drivers';
import { describeClearings } from './clearings.contract';
import { describeMoves } from './moves.contract';
import { describeOperations } from './operations.contract';

describeOperations(bullDriver, 40);
describeClearings(bullDriver, 40);
describeMoves(bullDriver, 40);
