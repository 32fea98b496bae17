import { bullMqDriver } from '../../testing/queue-drivers';
import { describeFigures } from '../figures.contract';

describeFigures(bullMqDriver, 6);
