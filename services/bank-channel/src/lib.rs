//! bank-channel
