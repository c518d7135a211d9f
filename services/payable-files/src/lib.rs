//! payable-files
