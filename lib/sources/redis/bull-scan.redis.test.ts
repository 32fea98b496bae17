import { bullDriver } from '../../testing/queue-drivers';
import { describePages } from '../job-pages.contract';
import { describeScan } from '../job-scan.contract';

describeScan(bullDriver, 10);
describePages(bullDriver, 10);
