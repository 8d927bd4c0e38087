/** The controllers of claims and volumes, and the provisioner of the class `standard`. */
import { storageSeam } from '../controllers/asleep.ts';
import { LocalPathProvisioner } from '../controllers/local-path-provisioner.ts';
import { PersistentVolumeController } from '../controllers/persistentvolume.ts';
import {
  PVCProtectionController,
  PVProtectionController,
} from '../controllers/volumeprotection.ts';

storageSeam.fill({
  'persistentvolume-binder-controller': (context) => new PersistentVolumeController(context),
  'persistentvolumeclaim-protection-controller': (context) => new PVCProtectionController(context),
  'persistentvolume-protection-controller': (context) => new PVProtectionController(context),
  'local-path-provisioner': (context) => new LocalPathProvisioner(context),
});
