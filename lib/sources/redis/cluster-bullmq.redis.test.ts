import { inCluster } from '../../testing/ground';
import { bullMq5Driver, bullMqDriver } from '../../testing/queue-drivers';
import { describeFigures } from '../figures.contract';
import { describeSource } from '../source.contract';

describeSource(bullMqDriver, inCluster);
describeFigures(bullMqDriver, inCluster);
describeSource(bullMq5Driver, inCluster);
describeFigures(bullMq5Driver, inCluster);
