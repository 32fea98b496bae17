import { bullMqDriver } from '../testing/queue-drivers';
import { describeClearings } from './clearings.contract';
import { describeMoves } from './moves.contract';
import { describeOperations } from './operations.contract';

describeOperations(bullMqDriver, 42);
describeClearings(bullMqDriver, 42);
describeMoves(bullMqDriver, 42);
