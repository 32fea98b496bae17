import { bullDriver } from '../../testing/queue-drivers';
import { describeScan } from '../job-scan.contract';

describeScan(bullDriver, 10);
