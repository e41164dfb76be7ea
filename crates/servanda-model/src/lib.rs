//! What a tariff list or a deal does to trade, prices, revenue, balances and welfare: equilibrium models in floating point.
//! Every result carries ranges and a certificate, and none ever sets a status.
