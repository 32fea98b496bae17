import { bullMqDriver } from '../../testing/queue-drivers';
import { describeScan } from '../job-scan.contract';

describeScan(bullMqDriver, 12);
