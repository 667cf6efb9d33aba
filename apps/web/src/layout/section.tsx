import { Box, Paper, Text, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import classes from './section.module.css';

interface SectionProps {
  title: string;
  description?: ReactNode;
  children: ReactNode;
}

/** A titled part of a page: what it is about on the left, the matter itself on the right. */
export const Section = ({ title, description, children }: SectionProps) => {
  const titleId = useId();
  return (
    <Paper component="section" withBorder radius="lg" p={{ base: 'md', sm: 'xl' }} aria-labelledby={titleId}>
      <div className={classes.columns}>
        <div>
          <Title order={2} size="h4" id={titleId}>
            {title}
          </Title>
          {description !== undefined && (
            <Text size="sm" c="dimmed" mt={4}>
              {description}
            </Text>
          )}
        </div>
        <Box miw={0}>{children}</Box>
      </div>
    </Paper>
  );
};
