import { bullDriver, bullMq5Driver, bullMqDriver } from '../../testing/queue-drivers';
import { describeSchedulers } from '../schedulers.contract';

describeSchedulers(bullDriver, 23);
describeSchedulers(bullMq5Driver, 24);
describeSchedulers(bullMqDriver, 25);
