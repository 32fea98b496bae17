import { bullDriver } from '../../testing/queue-drivers';
import { describeFigures } from '../figures.contract';

describeFigures(bullDriver, 4);
