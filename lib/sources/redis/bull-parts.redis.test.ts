import { bullDriver } from '../../testing/queue-drivers';
import { describeParts } from '../parts.contract';

describeParts(bullDriver, 43);
