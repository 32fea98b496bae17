import { bullMqDriver } from '../../testing/queue-drivers';
import { describeParts } from '../parts.contract';

describeParts(bullMqDriver, 45);
