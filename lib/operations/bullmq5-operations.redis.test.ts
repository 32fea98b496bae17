import { bullMq5Driver } from '../testing/queue-drivers';
import { describeClearings } from './clearings.contract';
import { describeMoves } from './moves.contract';
import { describeOperations } from './operations.contract';

describeOperations(bullMq5Driver, 41);
describeClearings(bullMq5Driver, 41);
describeMoves(bullMq5Driver, 41);
