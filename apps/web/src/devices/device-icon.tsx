import type { Device } from '@latchkey/contract';
import { ThemeIcon } from '@mantine/core';
import {
  IconDeviceDesktop,
  IconDeviceMobile,
  IconDeviceTablet,
  IconDeviceTv,
  IconQuestionMark,
  IconRobot,
} from '@tabler/icons-react';

const ICONS = {
  desktop: IconDeviceDesktop,
  mobile: IconDeviceMobile,
  tablet: IconDeviceTablet,
  tv: IconDeviceTv,
  bot: IconRobot,
  other: IconQuestionMark,
} satisfies Record<Device['kind'], unknown>;

interface DeviceIconProps {
  kind: Device['kind'];
  isAccented: boolean;
}

/** The kind of a device at a glance. */
export const DeviceIcon = ({ kind, isAccented }: DeviceIconProps) => {
  const Icon = ICONS[kind];
  return (
    <ThemeIcon size={44} radius="md" variant="light" color={isAccented ? 'pine' : 'gray'}>
      <Icon size={24} stroke={1.5} aria-hidden />
    </ThemeIcon>
  );
};
