"""The content of pages, bundles and answers, independent of the channel."""
